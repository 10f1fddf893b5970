// Writes the tests' tiny model, so that the smoke tests have something that answers: dotnet run .ci/tiny-model.cs FILE
#:project ../test/DeepFit.TestModels
#:property PublishAot=false

new DeepFit.TestModels.TinyModel().Write(args[0]);
