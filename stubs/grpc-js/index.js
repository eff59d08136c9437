// dockerode loads gRPC at start for BuildKit sessions; Plimsoll opens none (docs/decisions/0003-stand-ins-for-ssh2-and-grpc.md).
exports.Server = class Server {
  constructor() {
    throw new Error('gRPC is not part of Plimsoll: BuildKit is reached through docker buildx')
  }
}
