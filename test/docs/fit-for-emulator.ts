import type { Template, TemplateResource } from '#lib/synthesize.ts';
import { leaveOut } from '#test/lib/leave-out.ts';
import { entryFor } from '#test/rehearsal/left-out.ts';

/** The trigger of a first sync would run its function, which is empty here; the rehearsal runs the real one. */
const NEEDS_CODE = new Set(['Custom::Trigger']);

/** Ministack makes first passwords of twelve characters itself, and then refuses them under a stricter policy. */
const ITS_PASSWORDS = 12;

/** A template that the emulator can deploy without assets: empty functions, and nothing of what it does not know. */
export function fitForEmulator(template: Template): Template {
  const resources = Object.entries(template.Resources);
  const isLeftOut = (one: TemplateResource) => NEEDS_CODE.has(one.Type) || entryFor(one) !== undefined;
  const ids = new Set(resources.filter(([, one]) => isLeftOut(one)).map(([id]) => id));
  const { Parameters, Rules, ...others } = leaveOut(template, ids, (id) => id) as Template &
    Record<string, unknown>;
  const adapted = Object.entries(others.Resources).map(([id, one]) => [id, adapt(one)]);
  return { ...others, Resources: Object.fromEntries(adapted) };
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
