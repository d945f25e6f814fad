import { enter } from './parts/entry.mjs';

enter(() => import('./parts/drill-command.mjs'));
