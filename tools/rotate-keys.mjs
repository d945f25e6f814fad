import { enter } from './parts/entry.mjs';

enter(() => import('./parts/rotate-keys-command.mjs'));
