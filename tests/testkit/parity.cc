#include "tests/testkit/parity.h"

#include <fstream>
#include <sstream>

namespace sidewatch::testkit {

ParityReport CompareWithParity(const std::string& list,
                               const std::set<std::string>& marks,
                               const std::set<std::string>& shapes) {
  ParityReport report;
  std::ifstream file("../shared/parity/" + list);
  report.readable = file.is_open();
  std::string line;
  while (std::getline(file, line)) {
    const bool ends = line.starts_with("# metric, INFO field");
    if (ends) {
      break;
    }
    if (line.empty() || line.front() == '#') {
      continue;
    }
    std::istringstream fields(line);
    std::string name;
    std::string type;
    std::string labels;
    std::string mark;
    std::getline(fields, name, '\t');
    std::getline(fields, type, '\t');
    std::getline(fields, labels, '\t');
    std::getline(fields, mark, '\t');
    if (!marks.empty() && marks.count(mark) == 0) {
      continue;
    }
    const std::string shape = name + "\t" + type + "\t" + labels;
    if (shapes.count(shape) != 0) {
      ++report.matched;
    } else {
      report.missing.push_back(shape);
    }
  }
  return report;
}

}  // namespace sidewatch::testkit
