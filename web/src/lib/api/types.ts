// Short names for the documents of the API; the types themselves are generated from its OpenAPI document.
import type { components } from './schema';

type Schemas = components['schemas'];

export type Advice = Schemas['AdviceDocument'];
export type Benchmark = Schemas['BenchmarkDocument'];
export type Cell = Schemas['CellDocument'];
export type Configuration = Schemas['ConfigurationDocument'];
export type Deployment = Schemas['DeploymentStateDocument'];
export type DeviceMemory = Schemas['DeviceMemoryDocument'];
export type HardwareOption = Schemas['HardwareOptionDocument'];
export type LocalModel = Schemas['LocalModelDocument'];
export type Machine = Schemas['MachineDocument'];
export type MachineEntry = Schemas['MachineEntryDocument'];
export type Matrix = Schemas['MatrixDocument'];
export type MatrixCell = Schemas['MatrixCellDocument'];
export type MemoryNow = Schemas['MemoryNowDocument'];
export type Model = Schemas['ModelDocument'];
export type ModelList = Schemas['ModelListDocument'];
export type PastTestDrive = Schemas['PastTestDriveDocument'];
export type Promised = Schemas['PromiseDocument'];
export type Pull = Schemas['PullStateDocument'];
export type PullEvent = Schemas['PullEventDocument'];
export type Recommendation = Schemas['RecommendationDocument'];
export type Session = Schemas['SessionDocument'];
export type TestDriveProgress = Schemas['TestDriveProgressDocument'];
export type TestDriveResult = Schemas['TestDriveResultDocument'];
export type Upgrade = Schemas['UpgradeDocument'];
export type UpgradeChange = Schemas['UpgradeChangeDocument'];
