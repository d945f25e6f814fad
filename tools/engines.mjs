// Private, throw-away MariaDB/MySQL and Redis for tests, benchmarks and drills, also from outside Node:
//
//   node tools/engines.mjs [--dir DIR]
//
// Prints one JSON line {databaseUrl, redisUrl, databaseDir, redisDir, databasePid, redisPid, logDir, control} when both
// answer, and stops them when its standard input ends or on SIGTERM. `control` is described in parts/engine-control.mjs.
import { enter } from './parts/entry.mjs';

enter(() => import('./parts/engines-command.mjs'));
