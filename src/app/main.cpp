#include "app/command_line.h"
#include "console/files.h"

int main(int argc, char** argv) {
  return tollgate::app::run_command_line(argc, argv, tollgate::console::embedded_files());
}
