using DaprDynamo.Simulation;

return await SimulationCommand.Create().Parse(args).InvokeAsync();
