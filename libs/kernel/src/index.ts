export { AppError, type Bilingual, type ErrorKind } from './app-error';
export { Clock, FakeClock, SystemClock } from './clock';
export { Gather } from './gather';
export { newId, newToken } from './ids';
export { defineSealedColumn, type SealedColumn } from './sealed-column';
export { Secret } from './secret';
export { KeyRing, SecretBox } from './secret-box';
export {
  addDays,
  daysBetween,
  eachDay,
  parseShanghaiDate,
  shanghaiDate,
  shanghaiDay,
  shanghaiHour,
  shanghaiInstant,
  type ShanghaiDate,
} from './shanghai-date';
