// dockerode decodes BuildKit's own build log with it; Plimsoll never asks it to (docs/decisions/0003-stand-ins-for-ssh2-and-grpc.md).
exports.loadSync = () => {
  throw new Error('protobufjs is not part of Plimsoll: BuildKit is reached through docker buildx')
}
