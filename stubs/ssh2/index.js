'use strict'
// docker-modem asks for ssh2 when it is loaded; Plimsoll never uses it (docs/decisions/0003).
exports.Client = class Client {
  constructor() {
    throw new Error('ssh2 is not part of Plimsoll: ssh:// engines are reached through the docker command')
  }
}
