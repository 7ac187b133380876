// A program that a test starts, talks to line by line, and kills. POSIX only.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace candor::fault {

class Process {
public:
    Process(const std::string& program, const std::vector<std::string>& arguments);
    ~Process();
    Process(Process&& other) noexcept;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    void write_line(const std::string& line) const;
    // Nothing when the process has ended. Fails the test when nothing comes for minutes.
    std::optional<std::string> read_line();
    // As read_line, and nothing too when `ms` pass before.
    std::optional<std::string> read_line_within(int ms);

    // SIGKILL, and waits for the end. Lines that it wrote before are still there to read.
    void kill();
    // Waits for it to end by itself; its exit status, or minus the signal.
    int wait();

private:
    pid_t id_ = 0;
    int socket_ = -1;
    std::string buffered_;
    int status_ = 0;

    std::optional<std::string> take_line();
    bool fill(int ms);  // false: time has passed, or the end
};

}  // namespace candor::fault
