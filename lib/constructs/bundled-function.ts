import { join } from 'node:path';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  type CfnFunction,
  Code,
  type IFunction,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type Duration, Stage, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { bundle, functionEntry, writeBundle } from '#lib/bundle.ts';
import { FUNCTION_METADATA_KEY } from '#lib/function-metadata.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { KeptLogGroup } from './kept-log-group.ts';
import { missedInvocations } from './missed-invocations.ts';
import { metricsNamespace } from './monitoring/custom-metrics.ts';

/** Where a function's code comes from, by its name in `functions/`. */
export type CodeFor = (scope: Construct, functionName: string) => Code;

/** Props of `BundledFunction`. */
export type BundledFunctionProps = {
  /** The folder in `functions/` whose `handler.ts` exports `handler`. */
  readonly name: string;
  readonly description: string;
  readonly settings: Pick<Settings, 'ATOM_SYNC_LOG_LEVEL' | 'ATOM_SYNC_LOG_RETENTION_DAYS'>;
  readonly timeout: Duration;
  readonly memorySizeMb: number;
  /** Stores add their own names by `grantX(fn)`. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * How long an event of an asynchronous invocation is retried before it goes to the dead letters.
   * @default - the function is invoked synchronously only
   */
  readonly maxEventAge?: Duration;
  /**
   * Whether a deployment calls it, so that its log may say why one failed.
   * @default false
   */
  readonly explainsFailures?: boolean;
  /**
   * Whether invocations are traced in X-Ray, by Lambda's own sampling, which knows no settings.
   * @default true
   */
  readonly traced?: boolean;
  /**
   * Whether it may send to the queue that it is fed by for as long as it likes. Lambda ends such a chain after some 16
   * turns otherwise.
   * @default false
   */
  readonly feedsItself?: boolean;
  /**
   * @default bundledCode
   */
  readonly codeFor?: CodeFor;
};

/** A Lambda function bundled by esbuild in this process: no Docker, no npx. */
export class BundledFunction extends LambdaFunction {
  /** The folder in `functions/`; also the `service` of its log lines and metrics. */
  readonly service: string;
  readonly memorySizeMb: number;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    const { settings, explainsFailures, maxEventAge } = props;
    const logs = new KeptLogGroup(scope, `${id}Logs`, { settings, explainsFailures });
    super(scope, id, {
      ...(maxEventAge === undefined
        ? {}
        : { maxEventAge, retryAttempts: 2, onFailure: new SqsDestination(missedInvocations(scope)) }),
      description: props.description,
      code: (props.codeFor ?? bundledCode)(scope, props.name),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memorySizeMb,
      role: roleWritingTo(logs, scope, `${id}Role`),
      // Without it Lambda passes a caller's trace on, and with no permission to write one that is all.
      tracing: props.traced === false ? Tracing.DISABLED : Tracing.ACTIVE,
      recursiveLoop: props.feedsItself ? RecursiveLoop.ALLOW : undefined,
      logGroup: logs,
      loggingFormat: LoggingFormat.JSON,
      // The alarm FunctionErrors counts the lines by which Lambda reports the end of an invocation.
      systemLogLevelV2: SystemLogLevel.INFO,
      applicationLogLevelV2: ApplicationLogLevel[props.settings.ATOM_SYNC_LOG_LEVEL],
      environment: {
        ...props.environment,
        POWERTOOLS_SERVICE_NAME: props.name,
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(scope),
        POWERTOOLS_LOG_LEVEL: props.settings.ATOM_SYNC_LOG_LEVEL,
      },
    });
    this.service = props.name;
    this.memorySizeMb = props.memorySizeMb;
    const resource = this.node.defaultChild as CfnFunction;
    resource.addMetadata(FUNCTION_METADATA_KEY, props.name);
    // The CDK says nothing of it then, and what an update does not mention stays as it was.
    if (props.traced === false) resource.tracingConfig = { mode: 'PassThrough' };
  }

  /**
   * Allows the function to invoke itself: a run that nears its end goes on in a new invocation. A policy of its own,
   * since the role's default policy is made before the function and so can't name it.
   */
  allowSelfInvocation(): Policy {
    const policy = new Policy(this.node.scope ?? this, 'Continuation', { statements: [invoke(this)] });
    if (this.role !== undefined) policy.attachToRole(this.role);
    return policy;
  }
}

/** Our own role: the one that CDK makes has a managed policy that may write to every log group. */
function roleWritingTo(logs: LogGroup, scope: Construct, id: string): Role {
  const role = new Role(scope, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logs.grantWrite(role);
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'X-Ray (PutTraceSegments, PutTelemetryRecords) knows no resources; a test allows "*" for it only.',
  });
  return role;
}

/**
 * The function's bundle as an asset named after its content, so that a deployment changes only what changed.
 * Written by ourselves since CDK's own bundling wants a Docker image, even one that is never used.
 */
function bundledCode(scope: Construct, functionName: string): Code {
  const folder = join(Stage.of(scope)?.assetOutdir ?? 'cdk.out', 'bundles', functionName);
  writeBundle(folder, bundle(functionEntry(functionName)).files);
  return Code.fromAsset(folder);
}

/** The permission to invoke a function; CDK's `grantInvoke` would allow each of its versions as well. */
export function invoke(fn: IFunction): PolicyStatement {
  return new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [fn.functionArn] });
}
