import { z } from 'zod';
import { TemplateError } from '#local/errors.ts';
import type { ThrottleSettings } from '#local/lambda/throttle.ts';
import { type DeploymentSource, parseProperties, resourcesOf } from '#local/template/deployment.ts';
import type { HttpApiDefinition } from './http-gateway.ts';
import type { HttpRoute } from './http-routes.ts';

const integrationSchema = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
});
const routeSchema = z.object({ RouteKey: z.string(), Target: z.string() });
const routeSettings = z
  .object({ ThrottlingBurstLimit: z.number().optional(), ThrottlingRateLimit: z.number().optional() })
  .optional();
const stageSchema = z.object({
  DefaultRouteSettings: routeSettings,
  RouteSettings: z.record(z.string(), routeSettings).optional(),
});

const apiSchema = z.object({
  CorsConfiguration: z
    .object({
      AllowOrigins: z.array(z.string()),
      AllowMethods: z.array(z.string()),
      AllowHeaders: z.array(z.string()),
      MaxAge: z.number().optional(),
    })
    .optional(),
});

/** The template's HTTP API: its routes, each with the function behind it, its stage's throttles, and who may call it from a page. */
export function readHttpApi(source: DeploymentSource): HttpApiDefinition {
  const functions = new Map(
    [...resourcesOf(source, 'AWS::ApiGatewayV2::Integration')].map(({ id, properties }) => {
      const { IntegrationUri } = parseProperties(integrationSchema, id, properties);
      return [source.names.name(id), IntegrationUri.split(':').at(-1) ?? ''];
    }),
  );
  const routes = [...resourcesOf(source, 'AWS::ApiGatewayV2::Route')].map(({ id, properties }): HttpRoute => {
    const { RouteKey, Target } = parseProperties(routeSchema, id, properties);
    const functionName = functions.get(Target.replace('integrations/', ''));
    if (functionName === undefined) throw new TemplateError(`The route ${id} has no function behind it.`);
    return { routeKey: RouteKey, functionName };
  });
  const [api] = [...resourcesOf(source, 'AWS::ApiGatewayV2::Api')];
  const [stage] = [...resourcesOf(source, 'AWS::ApiGatewayV2::Stage')];
  const settings = stage && parseProperties(stageSchema, stage.id, stage.properties);
  const routeThrottles = Object.entries(settings?.RouteSettings ?? {}).flatMap(([key, value]) => {
    const throttle = throttleOf(value);
    return throttle === undefined ? [] : [[key, throttle] as const];
  });
  return {
    routes,
    defaultThrottle: throttleOf(settings?.DefaultRouteSettings),
    routeThrottles: Object.fromEntries(routeThrottles),
    cors: api && parseProperties(apiSchema, api.id, api.properties).CorsConfiguration,
  };
}

function throttleOf(settings: z.output<typeof routeSettings>): ThrottleSettings | undefined {
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = settings ?? {};
  return rate === undefined || burst === undefined ? undefined : { ratePerSecond: rate, burst };
}
