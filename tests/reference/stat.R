#!/usr/bin/Rscript
# Do R and its packages find the numbers that unit tests compare with?
#
#   stat.R HEADER    read samples and numbers from the header that stat.py writes, compute
#                    the same with R, compare; exit status 77 without the packages
#
# Debian: r-base-core r-cran-psych (intraclass correlation) r-cran-proc (areas under ROC
# curves, DeLong).
header <- paste(readLines(commandArgs(TRUE)[1]), collapse = "\n")
for (name in c("psych", "pROC"))
  if (!requireNamespace(name, quietly = TRUE)) {
    cat("the package", name, "is missing\n")
    quit(status = 77)
  }

sample_of <- function(name) {
  body <- sub(paste0(".*sample_", name, "\\[[0-9]+\\] = \\{([^}]*)\\}.*"), "\\1", header)
  v <- suppressWarnings(as.numeric(strsplit(gsub("\n", "", body), ",")[[1]]))
  v[!is.na(v)]
}
rows <- regmatches(header, gregexpr('\\{"[^"]+", [^}]+\\}', header))[[1]]
kept <- as.numeric(sub('.*", ([^}]+)\\}', "\\1", rows))
names(kept) <- sub('\\{"([^"]+)".*', "\\1", rows)

wrong <- 0
compared <- 0
same <- function(name, value) {
  value <- unname(value)
  compared <<- compared + 1
  if (is.na(kept[name]) || abs(value - kept[name]) > 1e-6 * max(1, abs(kept[name]))) {
    cat(name, ": R says", format(value, digits = 12), "the header", kept[name], "\n")
    wrong <<- wrong + 1
  }
}

icc <- function(name, table) {
  r <- psych::ICC(table, lmer = FALSE)$results
  for (form in c("icc21", "icc31")) {
    row <- r[r$type == c(icc21 = "ICC2", icc31 = "ICC3")[form], ]
    same(paste0(name, form), row$ICC)
    same(paste0(name, form, " lo"), row$`lower bound`)
    same(paste0(name, form, " hi"), row$`upper bound`)
  }
}

# Slope of the difference where its scatter depends on the mean (HC4), and the scatter.
follow <- function(name, middle, d) {
  fit <- lm(d ~ middle)
  h <- hatvalues(fit)
  x <- model.matrix(fit)
  inverse <- solve(crossprod(x))
  weight <- residuals(fit) / (1 - h)^(pmin(4, length(d) * h / 2) / 2)
  se <- sqrt((inverse %*% crossprod(x * weight) %*% inverse)[2, 2])
  same(paste0(name, "trend se"), se)
  same(paste0(name, "trend robust p"), 2 * pt(-abs(coef(fit)[2] / se), length(d) - 2))
  size <- summary(lm(abs(residuals(fit)) ~ middle))$coefficients
  same(paste0(name, "scatter"), size[2, 1])
  same(paste0(name, "scatter p"), size[2, 4])
}

for (name in c("", "tied ", "grow ")) {
  x <- sample_of(paste0(sub(" ", "_", name), "x"))
  y <- sample_of(paste0(sub(" ", "_", name), "y"))
  follow(name, (x + y) / 2, x - y)
}

for (name in c("", "tied ", "few ")) {
  x <- sample_of(paste0(sub(" ", "_", name), "x"))
  y <- sample_of(paste0(sub(" ", "_", name), "y"))
  icc(name, cbind(x, y))
  same(paste0(name, "spearman"), suppressWarnings(cor(x, y, method = "spearman")))
  axis <- prcomp(cbind(x, y))$rotation[, 1]
  same(paste0(name, "deming slope"), axis[2] / axis[1])
  if (name != "few ") {
    same(paste0(name, "pearson r"), cor(x, y))
    same(paste0(name, "pearson p"), cor.test(x, y)$p.value)
    same(paste0(name, "t p"), t.test(x, y, paired = TRUE)$p.value)
    same(paste0(name, "slope"), coef(lm(y ~ x))[2])
    same(paste0(name, "slope lo"), confint(lm(y ~ x))[2, 1])
    trend <- summary(lm(I(x - y) ~ I((x + y) / 2)))$coefficients
    same(paste0(name, "trend"), trend[2, 1])
    same(paste0(name, "trend p"), trend[2, 4])
  }
}
icc("raters ", matrix(sample_of("raters"), ncol = 3, byrow = TRUE))

roc_numbers <- function(name, keep) {
  class <- sample_of("positive")[keep]
  curves <- lapply(c("tied_x", "tied_y"), function(score)
    pROC::roc(class, sample_of(score)[keep], direction = "<", quiet = TRUE))
  for (i in 1:2) {
    ci <- pROC::ci.auc(curves[[i]], method = "delong")
    same(paste0(name, "auc ", i - 1), ci[2])
    same(paste0(name, "auc ", i - 1, " lo"), ci[1])
    same(paste0(name, "auc ", i - 1, " hi"), ci[3])
  }
  test <- pROC::roc.test(curves[[1]], curves[[2]], method = "delong", paired = TRUE)
  same(paste0(name, "auc z"), test$statistic)
  same(paste0(name, "auc p"), test$p.value)
}
roc_numbers("", 1:60)
roc_numbers("few ", 1:12)

value <- sample_of("value")
group <- factor(sample_of("group"))
same("kruskal p", kruskal.test(value, group)$p.value)
same("anova p", summary(aov(value ~ group))[[1]][1, 5])
for (table in list(c(30, 4, 6, 160), c(2, 9, 8, 1), c(15, 5, 3, 2))) {
  k <- psych::cohen.kappa(matrix(table[c(1, 3, 2, 4)], 2))
  name <- paste("kappa", paste(table, collapse = " "))
  same(name, k$kappa)
  same(paste(name, "se"), sqrt(k$var.kappa))
}
cat(compared, "numbers,", wrong, "differ\n")
quit(status = as.integer(wrong > 0))
