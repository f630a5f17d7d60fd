#include "console/files.h"

namespace tollgate::console {

std::span<const File> embedded_files() { return {}; }

}  // namespace tollgate::console
