/** Answers of WeChat are read and forgotten by the thousand: they die young in a larger nursery. As in docker-compose.yml. */
export const WORKER_FLAGS = ['--max-semi-space-size=64'];
