import { enter } from './parts/entry.mjs';

enter(() => import('./parts/doctor-command.mjs'));
