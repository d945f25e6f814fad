import { enter } from './parts/entry.mjs';

enter(() => import('./parts/create-admin-command.mjs'));
