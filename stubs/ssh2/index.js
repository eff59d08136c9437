// docker-modem loads ssh2 at start; Plimsoll never uses it (docs/decisions/0003-stand-ins-for-ssh2-and-grpc.md).
exports.Client = class Client {
  constructor() {
    throw new Error('ssh2 is not part of Plimsoll: ssh:// engines are reached through the docker command')
  }
}
