/** What the program's own texts say it starts, loads and reads. */

const TEXT_LIMIT_BYTES = 512 * 1024

const SOURCE =
  /\.(?:py|sh|bash|js|cjs|mjs|ts|rb|php|pl|go|rs|c|cc|cpp|cxx|h|hpp|java|kt|scala|toml|ya?ml|conf|cfg|ini)$/
/** Not the program's own: what came from elsewhere is known by its metadata. */
const ELSEWHERE =
  /\/(?:node_modules|dist-packages|pkg\/mod|registry\/src|rustlib|\.git|share|include)\/|^\/usr\/(?!local\/bin|src|local\/src)|^\/(?:proc|sys|var\/lib\/dpkg|lib|opt\/java|root\/\.cache)\/|^\/usr\/local\/(?:go|lib|rustup|cargo)\//

/** True for a file whose content the evidence is read from. */
export const keepForFix = (path: string, sizeBytes: number): boolean =>
  path === '/etc/group' || (sizeBytes <= TEXT_LIMIT_BYTES && SOURCE.test(path) && !ELSEWHERE.test(path))
