import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { ApiExtension, ApiHeader } from '@nestjs/swagger';
import { IdempotencyInterceptor } from './idempotency.interceptor';

/** The route takes an `Idempotency-Key`: every POST that starts or makes something. */
export function Idempotent(): MethodDecorator {
  return applyDecorators(
    UseInterceptors(IdempotencyInterceptor),
    ApiExtension('x-idempotency', { taken: true }),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'A text of your own, such as a UUID, for 24 hours: the same request with the same key is answered as the first ' +
        'was, with Idempotent-Replayed: true, and does nothing again. Refusals are not kept.',
      schema: { type: 'string', minLength: 1, maxLength: 130 },
      example: '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
    }),
  );
}

/** A POST that takes no key says why. */
export function NotIdempotent(because: string): MethodDecorator {
  return ApiExtension('x-idempotency', { because });
}
