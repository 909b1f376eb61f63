[assembly: AssemblyTrait("Tier", "Interop")]
