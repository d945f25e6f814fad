import { enter } from './parts/entry.mjs';

enter(() => import('./parts/client-command.mjs'));
