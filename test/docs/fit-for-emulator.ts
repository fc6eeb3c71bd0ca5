import type { Template, TemplateResource } from '#lib/synthesize.ts';

/**
 * What ministack's CloudFormation does not know. The trigger of a first sync would run the function, which is
 * a placeholder here; `npm run rehearse` runs the real one.
 */
const UNKNOWN = new Set([
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::EC2::FlowLog',
  'AWS::SecretsManager::RotationSchedule',
  'Custom::Trigger',
]);

/** Ministack makes first passwords of twelve characters itself, and then refuses them under a stricter policy. */
const ITS_PASSWORDS = 12;

/** A template that the emulator can deploy, and what it lost on the way. */
export type FittedTemplate = { readonly template: Template; readonly leftOut: ReadonlyMap<string, string> };

/** Leaves out what the emulator's CloudFormation does not know, and alarms on metric math. */
export function fitForEmulator({ Resources, Outputs }: Template): FittedTemplate {
  const entries = Object.entries(Resources);
  const leftOut = new Map(entries.filter(([, one]) => isUnknown(one)).map(([id, { Type }]) => [id, Type]));
  const kept = entries
    .filter(([id]) => !leftOut.has(id))
    .map(([id, one]) => [id, { ...adapt(one), DependsOn: dependencies(one, leftOut) }] as const);
  return { template: { Resources: Object.fromEntries(kept), Outputs }, leftOut };
}

function isUnknown({ Type, Properties }: TemplateResource): boolean {
  return UNKNOWN.has(Type) || (Type === 'AWS::CloudWatch::Alarm' && Properties?.Metrics !== undefined);
}

function dependencies({ DependsOn = [] }: TemplateResource, leftOut: ReadonlyMap<string, string>): string[] {
  return [DependsOn].flat().filter((id) => !leftOut.has(id));
}

function adapt(resource: TemplateResource): TemplateResource {
  if (resource.Type === 'AWS::Lambda::Function') {
    return {
      ...resource,
      Properties: { ...resource.Properties, Code: { ZipFile: 'exports.handler = () => {}' } },
    };
  }
  if (resource.Type !== 'AWS::Cognito::UserPool') return resource;
  const policies = { PasswordPolicy: { MinimumLength: ITS_PASSWORDS } };
  return { ...resource, Properties: { ...resource.Properties, Policies: policies } };
}
