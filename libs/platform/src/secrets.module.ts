import { Global, Module } from '@nestjs/common';
import { KeyRing, SecretBox } from '@app/kernel';
import { config } from './config/load-config';
import { ProcessConfig } from './config/platform.config';

/** The one SecretBox of the process, made of SECRET_KEYS. */
@Global()
@Module({
  providers: [
    { provide: SecretBox, useFactory: () => new SecretBox(KeyRing.parse(config(ProcessConfig).SECRET_KEYS)) },
  ],
  exports: [SecretBox],
})
export class SecretsModule {}
