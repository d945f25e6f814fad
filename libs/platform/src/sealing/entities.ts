import { SealingKey } from './sealing-key.entity';
import { SealingProcess } from './sealing-process.entity';

export const sealingEntities = [SealingKey, SealingProcess];
