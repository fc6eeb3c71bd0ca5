import type { Template, TemplateResource } from '#lib/synthesize.ts';

/**
 * A template without some of its resources, for a CloudFormation that does not know them: whatever depends on them no
 * longer does.
 *
 * @param ids logical ids of what is left out
 * @param place what stands where the template refers to one of them
 */
export function leaveOut<T extends Template>(
  template: T,
  ids: ReadonlySet<string>,
  place: (id: string) => string,
): T {
  const adapt = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(adapt);
    if (typeof value !== 'object' || value === null) return value;
    const missing = referredId(value);
    if (missing !== undefined && ids.has(missing)) return place(missing);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, adapt(inner)]));
  };
  const fitResource = (resource: TemplateResource): TemplateResource => ({
    ...(adapt(resource) as TemplateResource),
    DependsOn: [resource.DependsOn ?? []].flat().filter((id) => !ids.has(id)),
  });
  const kept = Object.entries(template.Resources).filter(([id]) => !ids.has(id));
  return {
    ...template,
    Resources: Object.fromEntries(kept.map(([id, one]) => [id, fitResource(one)])),
    Outputs: adapt(template.Outputs) as Template['Outputs'],
  };
}

/** The resource that a `Ref` or `Fn::GetAtt` speaks of. */
function referredId(value: object): string | undefined {
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
  if (others.length > 0) return undefined;
  if (name === 'Ref') return String(argument);
  return name === 'Fn::GetAtt' ? String([argument].flat()[0]).split('.')[0] : undefined;
}
