import SondeCommands

Sonde.runAndExit()
