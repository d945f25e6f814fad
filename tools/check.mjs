import { enter } from './parts/entry.mjs';

enter(() => import('./parts/check-command.mjs'));
