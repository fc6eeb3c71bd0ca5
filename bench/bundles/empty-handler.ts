import { MeasurementError } from '#bench/report/errors.ts';

/** Source of a handler that does nothing but make the SDK clients that a bundle of these input files contains. */
export async function emptyHandler(inputs: readonly string[]): Promise<string> {
  const packages = [
    ...new Set(inputs.flatMap((file) => /@aws-sdk\/(?:client|lib)-[\w-]+/.exec(file)?.[0] ?? [])),
  ].sort();
  const made = await Promise.all(packages.map(makeClient));
  return [
    ...made.map(({ load }) => load),
    `export const clients = [${made.map(({ make }) => make).join(', ')}];`,
    'export const handler = async () => clients.length;',
    '',
  ].join('\n');
}

async function makeClient(name: string): Promise<{ load: string; make: string }> {
  if (name === '@aws-sdk/lib-dynamodb') {
    const load = `import { DynamoDBDocumentClient } from '${name}';`;
    return { load, make: 'DynamoDBDocumentClient.from(new DynamoDBClient({}))' };
  }
  const exported = Object.keys((await import(name)) as object);
  const client = exported.find((key) => /^[A-Z]\w*Client$/.test(key));
  if (client === undefined) throw new MeasurementError(`${name} exports no client.`);
  return { load: `import { ${client} } from '${name}';`, make: `new ${client}({})` };
}
