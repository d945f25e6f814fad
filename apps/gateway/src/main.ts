import { NestFactory } from '@nestjs/core';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { config, ensureLocalMode, runApp } from '@app/platform';
import { AppModule } from './app.module';
import { GatewayConfig } from './gateway.config';
import { answerDirectly } from './http/direct-routes';
import { fastifyAdapter } from './http/fastify-adapter';
import { secureHeaders } from './http/security-headers';
import { serveOpenApi } from './openapi/openapi';
import { directRoutes, resourceConfigs, resourceSealedColumns } from './resources';

const parts = { configs: [GatewayConfig, ...resourceConfigs], sealedColumns: resourceSealedColumns };

void runApp('gateway', parts, async (logger) => {
  const settings = config(GatewayConfig);
  ensureLocalMode({ GATEWAY_HOST: settings.GATEWAY_HOST });
  const adapter = fastifyAdapter(settings);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, adapter, {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  secureHeaders(adapter.getInstance());
  answerDirectly(app, directRoutes);
  serveOpenApi(app);
  await app.listen({ port: settings.GATEWAY_PORT, host: settings.GATEWAY_HOST });
  logger.log({ msg: 'gateway listens', address: await app.getUrl() });
  return app;
});
