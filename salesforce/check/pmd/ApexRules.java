import java.nio.file.Path;
import net.sourceforge.pmd.PMDConfiguration;
import net.sourceforge.pmd.PmdAnalysis;
import net.sourceforge.pmd.lang.LanguageRegistry;
import net.sourceforge.pmd.lang.rule.RulePriority;
import net.sourceforge.pmd.reporting.Report;

/**
 * Looks at the Apex of the package with every Apex rule of PMD whose priority is 1 to 3, says what they find, and
 * ends with 1 if that is anything. Run as one source file: the first argument is the folder, the second the rule set.
 */
public final class ApexRules {
    public static void main(String[] arguments) {
        PMDConfiguration configuration = new PMDConfiguration();
        configuration.addInputPath(Path.of(arguments[0]));
        configuration.addRuleSet(arguments[1]);
        configuration.setMinimumPriority(RulePriority.MEDIUM);
        configuration.setIgnoreIncrementalAnalysis(true);
        configuration.setOnlyRecognizeLanguage(LanguageRegistry.PMD.getLanguageById("apex"));
        Report report;
        try (PmdAnalysis analysis = PmdAnalysis.create(configuration)) {
            report = analysis.performAnalysisAndCollectReport();
        }
        report.getViolations().forEach(found -> System.err.printf("  %s:%d: %s (%s)%n",
            found.getFileId().getFileName(), found.getBeginLine(), found.getDescription(), found.getRule().getName()));
        report.getProcessingErrors().forEach(error -> System.err.printf("  %s: %s%n",
            error.getFileId().getFileName(), error.getMsg()));
        report.getConfigurationErrors().forEach(error -> System.err.printf("  %s: %s%n",
            error.rule().getName(), error.issue()));
        boolean clean = report.getViolations().isEmpty() && report.getProcessingErrors().isEmpty()
            && report.getConfigurationErrors().isEmpty();
        System.out.printf("  %d findings of priority 1 to 3%n", report.getViolations().size());
        System.exit(clean ? 0 : 1);
    }
}
