import { Global, Module } from '@nestjs/common';
import { KeyRing, SecretBox } from '@app/kernel';
import { config } from './config/load-config';
import { ProcessConfig } from './config/platform.config';

/** The one key ring of the process, made of SECRET_KEYS, and its SecretBox. */
@Global()
@Module({
  providers: [
    { provide: KeyRing, useFactory: () => KeyRing.parse(config(ProcessConfig).SECRET_KEYS) },
    { provide: SecretBox, useFactory: (ring: KeyRing) => new SecretBox(ring), inject: [KeyRing] },
  ],
  exports: [KeyRing, SecretBox],
})
export class SecretsModule {}
