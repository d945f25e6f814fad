import { enter } from './parts/entry.mjs';

enter(() => import('./parts/test-command.mjs'));
