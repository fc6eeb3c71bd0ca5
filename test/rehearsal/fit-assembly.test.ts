import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fitAssembly, fitTemplate } from './fit-assembly.ts';
import { nameOf } from './left-out.ts';

const TEMPLATE = {
  Resources: {
    Table: { Type: 'AWS::DynamoDB::Table' },
    Log: { Type: 'AWS::EC2::FlowLog', DependsOn: ['Table'] },
    Plain: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'RunFailure' } },
    Sum: { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics: [{ Id: 'sum' }] } },
    Dashboard: {
      Type: 'AWS::CloudWatch::Dashboard',
      DependsOn: ['Log', 'Table'],
      Properties: { of: [{ 'Fn::GetAtt': ['Sum', 'Arn'] }, { Ref: 'Plain' }] },
    },
  },
  Outputs: { Name: { Value: { Ref: 'Table' } } },
};

describe('A template that is fitted to the emulator', () => {
  it('loses what is on the list, by its type and property', () => {
    const { template, lost } = fitTemplate(TEMPLATE);
    expect(Object.keys(template.Resources)).toEqual(['Table', 'Plain', 'Dashboard']);
    expect([...lost].map(([id, entry]) => `${id}: ${nameOf(entry)}`)).toEqual([
      'Log: AWS::EC2::FlowLog',
      'Sum: AWS::CloudWatch::Alarm with Metrics',
    ]);
  });

  it('refers to nothing that it lost', () => {
    const { Dashboard } = fitTemplate(TEMPLATE).template.Resources;
    expect(Dashboard).toEqual({
      Type: 'AWS::CloudWatch::Dashboard',
      DependsOn: ['Table'],
      Properties: { of: ['left-out-Sum', { Ref: 'Plain' }] },
    });
  });

  it('fails after everything else, when it is to fail', () => {
    const { Resources } = fitTemplate(TEMPLATE, { failing: true }).template;
    const waiting = Object.values(Resources).find(
      ({ Type }) => Type === 'AWS::CloudFormation::WaitCondition',
    );
    expect(waiting?.DependsOn).toEqual(['Table', 'Plain', 'Dashboard']);
    expect(waiting?.Properties).toMatchObject({ Timeout: '1', Count: 1 });
  });
});

describe('An assembly that is fitted', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const read = (file: string) => readFileSync(join(folder, file), 'utf8');

  it('names the template by its new content, so that it is published', () => {
    const files = {
      before: { source: { path: 'AtomSync.template.json' } },
      code: { source: { path: 'asset.1' } },
    };
    writeFileSync(join(folder, 'AtomSync.template.json'), JSON.stringify(TEMPLATE));
    writeFileSync(join(folder, 'AtomSync.assets.json'), JSON.stringify({ files }));
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ url: 's3://bucket/before.json' }));
    const lost = fitAssembly(folder, {});
    expect([...lost.keys()]).toEqual(['Log', 'Sum']);
    const [name = '', code] = Object.keys(JSON.parse(read('AtomSync.assets.json')).files);
    expect(code).toBe('code');
    expect(name).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.parse(read('manifest.json')).url).toBe(`s3://bucket/${name}.json`);
    expect(JSON.parse(read('AtomSync.template.json')).Resources.Log).toBeUndefined();
  });
});
