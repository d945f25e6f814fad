import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiProperty, DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

import { isWechatPath } from '../problem';
import { addExamples } from './examples';
import { type Operation, type Schemas } from './operation';
import { addProblems } from './problem-docs';

class FieldErrorDto {
  @ApiProperty({ description: 'Path such as memberships[0].role.' })
  field: string;

  @ApiProperty({ example: 'maxLength' })
  rule: string;

  @ApiProperty()
  message: string;
}

/** RFC 9457; texts follow Accept-Language (en, zh). */
class ProblemDto {
  @ApiProperty({ example: 'urn:wpg:problem:merchant_not_found' })
  type: string;

  @ApiProperty()
  title: string;

  @ApiProperty({ example: 404 })
  status: number;

  @ApiProperty()
  detail: string;

  @ApiProperty({ description: 'Stable; switch on this.', example: 'merchant_not_found' })
  code: string;

  @ApiProperty({ description: 'The same as in X-Request-Id.' })
  requestId: string;

  @ApiProperty({ type: [FieldErrorDto], required: false })
  errors?: FieldErrorDto[];
}

/** `/openapi.json` and, made from it, the page at `/docs`; everything it shows is served from here. */
export function serveOpenApi(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => describeApi(app), {
    jsonDocumentUrl: '/openapi.json',
    raw: ['json'],
    customSiteTitle: 'WeChat Platform Gateway API',
    swaggerOptions: { persistAuthorization: false },
  });
}

export function describeApi(app: NestFastifyApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('WeChat Platform Gateway')
    .setVersion('1')
    .setDescription(
      'Errors are RFC 9457 problem details with a stable `code`, in English or Chinese as Accept-Language asks. Lists are ' +
        'paged: `nextCursor` of one page is the `cursor` of the next. Answers tell in RateLimit how many requests are left.',
    )
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addCookieAuth('__Host-wpg_session')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key, for programs.' })
    .build();
  const document = SwaggerModule.createDocument(app, about, { extraModels: [ProblemDto, FieldErrorDto] });
  const schemas = (document.components?.schemas ?? {}) as Schemas;
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
      parted(operation);
      addExamples(operation, schemas);
      // Programs made for WeChat get its errcodes, described at the routes themselves, and no problem documents.
      if (!isWechatPath(path)) addProblems(method.toUpperCase(), path, operation);
    }
  }
  return document;
}

/** The first sentence of a route's comment is its summary. */
function parted(operation: Operation): void {
  const [, first, rest = ''] = /^(.+?[.:;])(?:\s+([^]*))?$/.exec(operation.summary?.replaceAll('\n', ' ') ?? '') ?? [];
  if (first === undefined || rest === '') return;
  operation.description ??= operation.summary?.replaceAll('\n', ' ') ?? '';
  operation.summary = first.replace(/[:;]$/, '.');
}
