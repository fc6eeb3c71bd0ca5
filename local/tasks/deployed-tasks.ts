import { join } from 'node:path';
import { z } from 'zod';
import { TemplateError } from '#local/errors.ts';
import {
  ASSET_PATH,
  type DeploymentSource,
  parseProperties,
  resourcesOf,
} from '#local/template/deployment.ts';
import type { TaskDefinition } from './container-task.ts';

const serviceSchema = z.object({ DesiredCount: z.number().default(1), TaskDefinition: z.string() });

const containerSchema = z.object({
  Name: z.string(),
  Environment: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  MountPoints: z.array(z.object({ ContainerPath: z.string(), ReadOnly: z.boolean() })).default([]),
  StopTimeout: z.number().default(30),
});

const taskSchema = z.object({
  Memory: z.string().regex(/^\d+$/).transform(Number),
  ContainerDefinitions: z.tuple([containerSchema], 'must have one container'),
});

/** The tasks that the template's services keep running. */
export function readTasks(source: DeploymentSource): TaskDefinition[] {
  const tasks = new Map(
    [...resourcesOf(source, 'AWS::ECS::TaskDefinition')].map(({ id, resource, properties }) => {
      const asset = resource.Metadata?.[ASSET_PATH];
      if (typeof asset !== 'string') throw new TemplateError(`The task ${id} has no bundle to run.`);
      const parsed = parseProperties(taskSchema, id, properties);
      return [source.names.name(id), { ...parsed, codeDir: join(source.synthesized.assetsDir, asset) }];
    }),
  );
  return [...resourcesOf(source, 'AWS::ECS::Service')].map(({ id, properties }): TaskDefinition => {
    const service = parseProperties(serviceSchema, id, properties);
    const task = tasks.get(service.TaskDefinition);
    if (task === undefined) throw new TemplateError(`The service ${id} has no task to run.`);
    const [container] = task.ContainerDefinitions;
    return {
      name: container.Name,
      codeDir: task.codeDir,
      environment: Object.fromEntries(container.Environment.map(({ Name, Value }) => [Name, Value])),
      volumes: container.MountPoints.filter((mount) => !mount.ReadOnly).map((mount) => mount.ContainerPath),
      memoryMb: task.Memory,
      stopTimeoutMs: container.StopTimeout * 1000,
      count: service.DesiredCount,
    };
  });
}
