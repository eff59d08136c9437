/** Whether a checkout holds the files that Git LFS keeps elsewhere, or only the pointers to them. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { askGit, type Git } from './git-command.ts'

/** The Git LFS specification: a pointer begins with this, and is shorter than 1024 bytes. */
const POINTER = 'version https://git-lfs.github.com/spec/'

/** True when a file under LFS is there itself; false when all that were looked at are pointers, or there are none. */
export const hasLfsFiles = async (git: Git): Promise<boolean> => {
  const listed = await askGit(git, ['ls-files', '-z', '--', ':(attr:filter=lfs)'])
  const paths = listed.stdout.split('\0').filter(path => path !== '')
  for (const path of paths.slice(0, 200)) {
    const start = await firstBytes(join(git.root, path), POINTER.length)
    if (start !== null && start !== '' && start !== POINTER) return true
  }
  return false
}

const firstBytes = async (path: string, count: number): Promise<string | null> => {
  const file = await open(path, 'r').catch(() => null) // it may be deleted in the working tree
  if (file === null) return null
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await file.close()
  }
}
