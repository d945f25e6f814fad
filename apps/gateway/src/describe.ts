import { NestFactory } from '@nestjs/core';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfig } from '@app/platform';
import { AppModule } from './app.module';
import { GatewayConfig } from './gateway.config';
import { fastifyAdapter } from './http/fastify-adapter';
import { describeApi } from './openapi/openapi';

/** Prints the description of the API: of the routes alone, nothing is started or asked. */
async function describe(): Promise<void> {
  loadConfig([GatewayConfig], {});
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, fastifyAdapter(new GatewayConfig()), {
    preview: true,
    logger: ['error', 'fatal'],
    abortOnError: false,
  });
  process.stdout.write(`${JSON.stringify(describeApi(app), null, 2)}\n`);
}

void describe();
