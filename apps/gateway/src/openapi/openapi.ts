import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiProperty, DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

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
    .setDescription('Errors are RFC 9457 problem details with a stable `code`, in English or Chinese.')
    .addCookieAuth('__Host-wpg_session')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key, for programs.' })
    .build();
  const document = SwaggerModule.createDocument(app, about, { extraModels: [ProblemDto, FieldErrorDto] });
  for (const item of Object.values(document.paths)) addProblems(item);
  return document;
}

function addProblems(item: object): void {
  for (const operation of Object.values(item) as { responses?: Record<string, unknown> }[]) {
    if (operation.responses === undefined) continue;
    operation.responses['default'] ??= {
      description: 'A problem',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDto' } } },
    };
  }
}
