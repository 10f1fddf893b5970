using System.Globalization;
using DeepFit.Core.Estimation;
using DeepFit.SpeedFit;

// Fits the constants of the speed model on the published measurements beside it, and says how far its predictions are off for devices that it has not seen.
//   SpeedFit            fits, cross-validates, prints
//   SpeedFit --rows     prints each row too
//   SpeedFit --check    fails where the shipped constants are not those of the fit, or a target is missed
//   SpeedFit --write F  writes the constants into the file F (src/DeepFit.Core/Data/speed_constants.csv)
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
bool check = args.Contains("--check"), each = args.Contains("--rows");
string? file = args.SkipWhile(a => a != "--write").Skip(1).FirstOrDefault();

Parameter[] parameters = Parameter.Load();
ConstantsFile shipped = ConstantsFile.Shipped();
Measurement[] rows = Measurement.Load();
Fitter fitter = new(SpeedConstants.Default, parameters, shipped.Followers);
double[] fit = fitter.Fit(rows, fitter.Priors());
List<Held> held = CrossValidation.Run(fitter, rows, fit);
var report = new Report(held, rows, fitter.Constants(fit), each);
report.Write(Console.Out);

ConstantsFile fitted = shipped.With(parameters, fit, held, rows);
if (file is not null)
{
    File.WriteAllText(file, fitted.ToString());
    Console.WriteLine($"Written to {file}.");
}

if (check)
{
    bool same = fitted.SameAs(shipped, out string difference);
    Console.WriteLine(same ? "The shipped constants are those of the fit." : $"The shipped constants are not those of the fit: {difference}. Run with --write.");
    return same && report.Passed ? 0 : 1;
}

return 0;
