// Goes with the stand-in for gRPC (docs/decisions/0003-stand-ins-for-ssh2-and-grpc.md).
exports.loadSync = () => {
  throw new Error('gRPC is not part of Plimsoll: BuildKit is reached through docker buildx')
}
