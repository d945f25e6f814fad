import { enter } from './parts/entry.mjs';

enter(() => import('./parts/start-command.mjs'));
