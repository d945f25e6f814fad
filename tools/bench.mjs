import { enter } from './parts/entry.mjs';

enter(() => import('../bench/run.mjs'));
