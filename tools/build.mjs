import { enter } from './parts/entry.mjs';

enter(() => import('./parts/build-command.mjs'));
