/** Calls `stop` when standard input closes: the parent that holds its other end is gone. */
export function watchParent(stop: () => void): void {
  process.stdin.on('end', stop).on('close', stop).on('error', stop);
  process.stdin.resume();
}
