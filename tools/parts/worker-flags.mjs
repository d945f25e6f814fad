/**
 * Answers of WeChat are read and forgotten by the thousand: they die young in a larger nursery, and what outlives it
 * is collected before the heap has grown by a fifth. As in docker-compose.yml.
 */
export const WORKER_FLAGS = ['--max-semi-space-size=64', '--heap-growing-percent=20'];
