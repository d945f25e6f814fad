import { Module } from '@nestjs/common';
import { KeyRetirement } from './key-retirement';
import { KeyRotation } from './key-rotation';
import { KeySurvey } from './key-survey';
import { SealedRowsRepository } from './sealed-rows.repository';
import { SealingKeyRepository } from './sealing-key.repository';
import { SealingProcessRepository } from './sealing-process.repository';

/** What is done about keys on purpose. Needs DataSource, Transactions and KeyRing. */
@Module({
  providers: [
    SealedRowsRepository,
    SealingKeyRepository,
    SealingProcessRepository,
    KeyRotation,
    KeyRetirement,
    KeySurvey,
  ],
  exports: [KeyRotation, KeyRetirement, KeySurvey],
})
export class SealingModule {}
